// Everything the product needs on Azure, in one resource group, for one environment. It holds no logic and no secret.
// `azd up` deploys it with main.parameters.json; without azd:
//   az deployment sub create --location REGION --parameters infra/prod.bicepparam
targetScope = 'subscription'

@description('Names the environment, such as shop-dev; the resource group is rg-NAME, and all names in it follow from it.')
@minLength(3)
@maxLength(32)
param environmentName string

@description('Azure region of everything. Flex Consumption is not offered in all of them.')
param location string

@description('Object id of who deploys: may write the secrets, once, into the vault. Empty where others do that.')
param operatorId string = ''

@description('What the operator is to Entra ID.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorType string = 'User'

@description('Whether the operator may read and write customers and queues, which `marketing doctor` needs and nobody else.')
param operatorSeesData bool = false

@description('Where customers reach the app, when it has a domain of its own; its azurewebsites.net address where empty.')
param publicUrl string = ''

@description('Storage accounts the customers are spread over: one for each 15,000 operations a second. Only ever raised; then move shards.')
@minValue(1)
@maxValue(64)
param dataAccounts int = 1

@description('Copies of the data: in one data centre (LRS), in three of the region (ZRS), and of a region far away (GZRS).')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param redundancy string = 'Standard_ZRS'

@description('Standard is paid per operation and shared with others; Premium is paid per hour and ours alone.')
@allowed(['Standard', 'Premium'])
param busTier string = 'Standard'

@description('Premium only: messaging units, a multiple of the partitions.')
@allowed([1, 2, 4, 8, 16])
param busUnits int = 1

@description('Premium only: brokers the queues are spread over. Cannot be changed afterwards.')
@allowed([1, 2, 4])
param busPartitions int = 1

@description('Most instances of each function, and of all HTTP functions together; Flex Consumption takes no fewer than 40.')
@minValue(40)
@maxValue(1000)
param mostInstances int = 40

@description('Memory of one instance in MB; CPU comes in proportion.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances for HTTP that never stop, so that no request waits for a cold start. They are paid for by the hour.')
@minValue(0)
@maxValue(20)
param alwaysReady int = 0

@description('Settings of another channel than the mail server, such as { MARKETING_SENDGRID: \'@Microsoft.KeyVault(SecretUri=…)\', MARKETING_SENDGRID_WEBHOOK_KEY: \'…\' }; secrets only as references to a vault.')
param channelSettings object = {}

@description('Days the vault keeps what was deleted. Fixed when the vault is made.')
@minValue(7)
@maxValue(90)
param vaultDays int = 90

@description('Most telemetry a day in GB; above it is dropped until the next day.')
@minValue(1)
param telemetryGBPerDay int = 1

@description('Who is told of alerts and of the budget; nobody where empty.')
param alertEmail string = ''

@description('Messages waiting in a queue for a quarter of an hour that are an alert.')
@minValue(1)
param backlogAlert int = 10000

@description('What a month may cost, in the currency of the subscription; no budget where 0.')
@minValue(0)
param budgetPerMonth int = 0

@description('First day of the month the budget begins with, such as 2026-12-01. Cannot be changed afterwards; no budget where empty.')
param budgetStart string = ''

var tags = { 'azd-env-name': environmentName }

// Names are known before anything is made, so that what-if can say exactly what a change will do.
var short = 'm${take(replace(toLower(environmentName), '-', ''), 7)}'
var suffix = uniqueString(subscription().id, environmentName, location)
var name = '${short}-${suffix}' // each is alone of its kind, so one name serves all
var busName = '${short}-${busTier == 'Premium' ? 'premium' : 'bus'}-${suffix}' // a namespace cannot change its tier
var hostAccount = '${short}h${suffix}'
var accountNames = [for i in range(0, dataAccounts): '${short}d${padLeft(i, 2, '0')}${suffix}']
var queues = ['events', 'wakes', 'deliveries', 'broadcasts', 'rebuilds']

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  params: { name: name, location: location, tags: tags }
}

module storage 'storage.bicep' = {
  scope: group
  params: { host: hostAccount, data: accountNames, redundancy: redundancy, location: location, tags: tags }
}

module bus 'bus.bicep' = {
  scope: group
  params: {
    name: busName
    queues: queues
    tier: busTier
    units: busUnits
    partitions: busPartitions
    location: location
    tags: tags
  }
}

module vault 'vault.bicep' = {
  scope: group
  params: { name: name, retentionDays: vaultDays, location: location, tags: tags }
}

module telemetry 'telemetry.bicep' = {
  scope: group
  params: { name: name, mostGBPerDay: telemetryGBPerDay, location: location, tags: tags }
}

module roles 'roles.bicep' = {
  scope: group
  params: {
    app: name
    appId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
    operatorSeesData: operatorSeesData
    hostAccount: hostAccount
    dataAccounts: accountNames
    bus: busName
    queues: queues
    vault: name
    insights: name
  }
  dependsOn: [storage, bus, vault, telemetry]
}

module app 'app.bicep' = {
  scope: group
  params: {
    name: name
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostAccount: hostAccount
    packages: storage.outputs.packages
    tables: storage.outputs.tables
    bus: bus.outputs.host
    vaultUri: vault.outputs.uri
    insightsConnection: telemetry.outputs.connection
    publicUrl: publicUrl
    mostInstances: mostInstances
    instanceMemoryMB: instanceMemoryMB
    alwaysReady: alwaysReady
    channelSettings: channelSettings
  }
  dependsOn: [roles] // the app starts with its rights
}

module alerts 'alerts.bicep' = {
  scope: group
  params: {
    name: name
    email: alertEmail
    bus: busName
    queues: queues
    backlog: backlogAlert
    insights: name
    tags: tags
  }
  dependsOn: [bus, telemetry]
}

module budget 'budget.bicep' = if (budgetPerMonth > 0 && !empty(budgetStart)) {
  scope: group
  params: { name: environmentName, amount: budgetPerMonth, start: budgetStart, email: alertEmail }
}

// azd keeps these, and gives them to infra/hooks.
output AZURE_RESOURCE_GROUP string = group.name
output MARKETING_APP string = app.outputs.name
output MARKETING_VAULT string = vault.outputs.name
output MARKETING_PUBLIC_URL string = app.outputs.publicUrl
output MARKETING_STORAGE string = storage.outputs.tables
output ServiceBus__fullyQualifiedNamespace string = bus.outputs.host

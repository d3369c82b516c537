// Who may do what: all of it is here. The app has what it uses and nothing it could grant to others.
@description('Name of the app\'s identity: names of assignments hang on it.')
param app string

@description('Its object id.')
param appId string

param operatorId string
param operatorType string
param operatorSeesData bool
param hostAccount string
param dataAccounts string[]
param bus string
param queues string[]
param vault string
param insights string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var role = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  send: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
  receive: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver
  readSecrets: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
  writeSecrets: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer
  publishMetrics: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
}

resource host 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: hostAccount }
resource data 'Microsoft.Storage/storageAccounts@2024-01-01' existing = [for account in dataAccounts: { name: account }]
resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = { name: bus }
resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for name in queues: { parent: namespace, name: name }
]
resource secrets 'Microsoft.KeyVault/vaults@2023-07-01' existing = { name: vault }
resource telemetry 'Microsoft.Insights/components@2020-02-02' existing = { name: insights }

// The host's own storage: the package, the timer's lock and the host's keys are blobs; what it diagnoses goes to a table.
resource hostRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in [role.blobOwner, role.tables]: {
    scope: host
    name: guid(host.id, app, id)
    properties: {
      principalId: appId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', id)
    }
  }
]

resource dataRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(dataAccounts)): {
    scope: data[i]
    name: guid(data[i].id, app, role.tables)
    properties: {
      principalId: appId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.tables)
    }
  }
]

resource sendRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(queues)): {
    scope: queue[i]
    name: guid(queue[i].id, app, role.send)
    properties: {
      principalId: appId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.send)
    }
  }
]

resource receiveRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(queues)): {
    scope: queue[i]
    name: guid(queue[i].id, app, role.receive)
    properties: {
      principalId: appId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.receive)
    }
  }
]

resource secretRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: secrets
  name: guid(secrets.id, app, role.readSecrets)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.readSecrets)
  }
}

resource telemetryRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: telemetry
  name: guid(telemetry.id, app, role.publishMetrics)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.publishMetrics)
  }
}

resource operatorSecretRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorId)) {
  scope: secrets
  name: guid(secrets.id, operatorId, role.writeSecrets)
  properties: {
    principalId: operatorId
    principalType: operatorType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.writeSecrets)
  }
}

resource operatorDataRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(dataAccounts)): if (!empty(operatorId) && operatorSeesData) {
    scope: data[i]
    name: guid(data[i].id, operatorId, role.tables)
    properties: {
      principalId: operatorId
      principalType: operatorType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.tables)
    }
  }
]

resource operatorQueueRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(queues)): if (!empty(operatorId) && operatorSeesData) {
    scope: queue[i]
    name: guid(queue[i].id, operatorId, role.receive)
    properties: {
      principalId: operatorId
      principalType: operatorType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.receive)
    }
  }
]

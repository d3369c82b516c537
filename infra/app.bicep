// The function app: Flex Consumption, custom handler. Its settings are all the app knows of Azure; secrets are references to the vault.
param name string
param location string
param tags object
param identityId string
param identityClientId string
param hostAccount string
param packages string
param tables string
param bus string
param vaultUri string
param insightsConnection string
param publicUrl string
param mostInstances int
param instanceMemoryMB int
param alwaysReady int
param channelSettings object

var url = empty(publicUrl) ? 'https://${name}.azurewebsites.net' : publicUrl

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packages
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'custom', version: '1.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: mostInstances
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReady > 0 ? [{ name: 'http', instanceCount: alwaysReady }] : []
        triggers: { http: { perInstanceConcurrency: 100 } }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        // Read by the Functions host.
        AzureWebJobsStorage__accountName: hostAccount
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identityClientId
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
        // Read by both.
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
        ServiceBus__fullyQualifiedNamespace: bus
        ServiceBus__credential: 'managedidentity'
        ServiceBus__clientId: identityClientId
        // Read by the app.
        AZURE_CLIENT_ID: identityClientId // which of an app's identities Azure.Identity takes
        MARKETING_STORAGE: tables
        MARKETING_PUBLIC_URL: url
        MARKETING_PEPPER: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/pepper)'
        MARKETING_TRACKING_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/tracking-key)'
        MARKETING_WRITE_KEYS: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/write-keys)'
        MARKETING_CONSOLE_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/console-key)'
      },
      empty(channelSettings)
        ? { MARKETING_SMTP: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/smtp)' }
        : channelSettings
    )
  }

  // No way in but the identity of who deploys.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output name string = app.name
output publicUrl string = url

// Storage: one account for the Functions host, which knows no customer, and as many as needed for customers.
// No account has keys: whoever comes, comes as somebody.
param host string

@description('The first holds the shard map, so the order never changes.')
param data string[]

param redundancy string
param location string
param tags object

var closed = {
  allowSharedKeyAccess: false
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: host
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' } // the package and locks: made anew by a deployment
  kind: 'StorageV2'
  properties: closed
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: hostAccount
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'packages'
  properties: { publicAccess: 'None' }
}

resource dataAccounts 'Microsoft.Storage/storageAccounts@2024-01-01' = [
  for account in data: {
    name: account
    location: location
    tags: tags
    sku: { name: redundancy }
    kind: 'StorageV2'
    properties: closed
  }
]

output packages string = '${hostAccount.properties.primaryEndpoints.blob}${container.name}'
output tables string = join(map(data, account => 'https://${account}.table.${environment().suffixes.storage}'), ',')

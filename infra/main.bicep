// What the pipeline stands on in Azure: one storage account for its tables, one Service Bus namespace for its queues.
// Deploy: az deployment group create --resource-group NAME --template-file infra/main.bicep

@description('Region of everything; that of the resource group where not given.')
param location string = resourceGroup().location

@description('Short name that all resources begin with: 3 to 11 lower-case letters and digits.')
@minLength(3)
@maxLength(11)
param name string

var suffix = uniqueString(resourceGroup().id)

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: '${name}${suffix}'
  location: location
  sku: { name: 'Standard_ZRS' }
  kind: 'StorageV2'
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' = {
  name: '${name}-${suffix}'
  location: location
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

// A rescheduled copy must not be dropped as a duplicate, so the bus looks for none: each customer's partition does.
resource queues 'Microsoft.ServiceBus/namespaces/queues@2022-10-01-preview' = [for queue in ['events', 'wakes', 'deliveries']: {
  parent: bus
  name: queue
  properties: {
    lockDuration: 'PT5M'
    maxDeliveryCount: 10
    requiresDuplicateDetection: false
    deadLetteringOnMessageExpiration: true
  }
}]

output tables string = storage.properties.primaryEndpoints.table
output serviceBus string = '${bus.name}.servicebus.windows.net'

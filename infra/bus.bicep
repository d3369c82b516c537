// Service Bus: four queues. Due times, locks and dead letters are the bus's; what is a duplicate, each customer's partition knows.
param name string
param queues string[]
param location string
param tags object

@allowed(['Standard', 'Premium'])
param tier string

param units int
param partitions int

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: tier == 'Premium' ? { name: tier, tier: tier, capacity: units } : { name: tier, tier: tier }
  properties: union(
    { disableLocalAuth: true, minimumTlsVersion: '1.2', publicNetworkAccess: 'Enabled' },
    tier == 'Premium' ? { premiumMessagingPartitions: partitions } : {}
  )
}

resource all 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queue in queues: {
    parent: bus
    name: queue
    properties: {
      lockDuration: 'PT5M' // as the pump's; no batch takes longer
      maxDeliveryCount: 10
      requiresDuplicateDetection: false // a rescheduled copy would be dropped without a word
      requiresSession: false
      defaultMessageTimeToLive: 'P10675199DT2H48M5.4775807S' // nothing that was taken in expires
      deadLetteringOnMessageExpiration: true
      // Standard spreads each queue over brokers; Premium does it for the whole namespace or not at all.
      enablePartitioning: tier == 'Standard' || partitions > 1
      maxSizeInMegabytes: 5120
    }
  }
]

output name string = bus.name
output host string = '${bus.name}.servicebus.windows.net'

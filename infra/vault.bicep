// Key Vault: holds pepper, tracking-key, write-keys, console-key and smtp, put there by infra/hooks/secrets.sh; who may read them is in roles.bicep.
// A lost pepper is a lost customer base, so the vault cannot be purged.
param name string
param location string
param tags object
param retentionDays int

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: retentionDays
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
  }
}

output name string = vault.name
output uri string = vault.properties.vaultUri

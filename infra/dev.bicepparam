// To try things: cheapest, gone without regret. No budget: it costs next to nothing until it is used.
using 'main.bicep'

param environmentName = 'marketing-dev'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param operatorId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param operatorSeesData = true
param redundancy = 'Standard_LRS'
param vaultDays = 7

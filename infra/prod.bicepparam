// For customers: data in three data centres, one instance warm, somebody told.
using 'main.bicep'

param environmentName = 'marketing-prod'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param operatorId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param publicUrl = readEnvironmentVariable('MARKETING_DOMAIN', '')
param redundancy = 'Standard_ZRS'
param mostInstances = 100
param alwaysReady = 1
param telemetryGBPerDay = 5
param alertEmail = readEnvironmentVariable('MARKETING_ALERT_EMAIL', '')
param budgetPerMonth = 500
param budgetStart = readEnvironmentVariable('MARKETING_BUDGET_START', '')

// What wakes somebody up. Each says in its description what to do.
param name string
param tags object
param email string
param bus string
param queues string[]
param backlog int
param insights string

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = { name: bus }
resource telemetry 'Microsoft.Insights/components@2020-02-02' existing = { name: insights }

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'marketing'
    enabled: true
    emailReceivers: empty(email) ? [] : [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// Metrics come from the bus itself, split by queue, and from the app (functions/App/Telemetry.cs), which need not have sent any yet.
var ofBus = [
  {
    name: 'dead-letters'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    window: 'PT5M'
    frequency: 'PT1M'
    says: 'Messages of a queue were put aside after ten tries. Nothing is lost: find the cause in the log, mend it, then resubmit them.'
  }
  {
    name: 'backlog'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    threshold: backlog
    window: 'PT15M'
    frequency: 'PT5M'
    says: 'More messages wait in a queue than for a quarter of an hour were worked off. Look for failed requests and throttling, then raise mostInstances or dataAccounts; see Growing in the README.'
  }
]
var ofApp = [
  {
    name: 'oldest-message'
    severity: 2
    metric: 'marketing.messages.oldest_age'
    aggregation: 'Maximum'
    threshold: 900
    window: 'PT15M'
    frequency: 'PT5M'
    says: 'A message was worked more than 15 minutes after it was due. Customers get theirs late: look at the backlog and at failed requests.'
  }
  {
    name: 'quarantine'
    severity: 2
    metric: 'marketing.quarantined'
    aggregation: 'Total'
    threshold: 0
    window: 'PT15M'
    frequency: 'PT5M'
    says: 'An input could not be decided and was put aside; everything else goes on. The log names the fault: mend it and replay the quarantine.'
  }
  {
    name: 'repaired'
    severity: 3
    metric: 'marketing.repaired'
    aggregation: 'Total'
    threshold: 0
    window: 'PT15M'
    frequency: 'PT5M'
    says: 'The sweep found overdue wakes or effects left over and saw to them. Nothing is lost, but the sweep is only a safety net: look in the log for what did not come through by itself.'
  }
  {
    name: 'failed-requests'
    severity: 2
    metric: 'requests/failed'
    aggregation: 'Count'
    threshold: 20
    window: 'PT15M'
    frequency: 'PT5M'
    says: 'More than 20 requests failed within a quarter of an hour. Run `marketing doctor` against the deployment, then look at Failures in Application Insights.'
  }
]

resource busAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in ofBus: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: alert.says
      severity: alert.severity
      enabled: true
      scopes: [namespace.id]
      evaluationFrequency: alert.frequency
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: [{ name: 'EntityName', operator: 'Include', values: queues }]
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]

resource appAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in ofApp: {
    name: alert.name
    location: 'global'
    tags: tags
    properties: {
      description: alert.says
      severity: alert.severity
      enabled: true
      scopes: [telemetry.id]
      evaluationFrequency: alert.frequency
      windowSize: alert.window
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: startsWith(alert.metric, 'marketing.')
              ? 'azure.applicationinsights'
              : 'microsoft.insights/components'
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
            skipMetricValidation: true
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]

export { deliveryHandlers } from './deliveries';
export { ruleHandlers } from './rules';
export { webhookHandlers } from './webhooks';

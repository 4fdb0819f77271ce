import type { DestinationKind } from './delivery';

export interface DeliveryMetrics {
  tried(kind: DestinationKind, outcome: 'delivered' | 'failed' | 'dead'): void;
}

import type { Logger } from './logger';
import type { Tracing, TracingConfig } from './span-export';

export type { Tracing, TracingConfig };

/**
 * Makes spans of what the service does, and sends them. Must be called before the service connects to others. Without a
 * configuration it does nothing, and nothing of OpenTelemetry's SDK is loaded.
 */
export async function startTracing(service: string, config: TracingConfig | undefined, logger: Logger): Promise<Tracing> {
  if (config === undefined) return { close: () => Promise.resolve() };
  const { exportSpans } = await import('./span-export');
  return exportSpans(service, config, logger);
}

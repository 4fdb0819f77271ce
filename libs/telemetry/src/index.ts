export { type LogFieldName, type LogFields, logFieldNames } from './log-fields';
export { boundedLog, boundLog, LOG_BOUNDS, type LogBounds } from './bounded-log';
export { createLogger, type Logger, type LoggerOptions, type LogLevel, silentLogger } from './logger';
export { LogSampler, type LogSamplerOptions } from './log-sampler';
export { certificateEnd, measureCertificates } from './certificates/certificate-metrics';
export { CallHistogram } from './call-histogram';
export { Metrics, type CallTimer, VERSION } from './metrics';
export { startTracing, type Tracing, type TracingConfig } from './tracing';
export { startMetricsServer, type MetricsServer } from './metrics-server';

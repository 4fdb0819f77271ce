export { type Closable } from './lifecycle';
export { runService, type ServiceProcess, type ServiceProgram } from './run-service';
export { type ServedCalls, Shell, type ShellConfig, type ShellOptions } from './shell';
export { type RunningService, startService } from './start-service';

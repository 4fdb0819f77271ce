export { type Closable } from './lifecycle';
export { type ServedCalls, Shell, type ShellConfig, type ShellOptions } from './shell';
export { type RunningService, startService } from './start-service';

export { compilePattern, type EventPattern, MAX_PATTERN_LENGTH } from './compile-pattern';
export { type Json, type JsonObject } from './json';
export { PatternFault } from './pattern-fault';

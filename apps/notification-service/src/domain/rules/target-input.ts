import type { BridgeEvent } from '@strongroom/cloudtrail-record';
import type { Json } from '@strongroom/event-pattern';
import { asJson } from './bridge-event';
import { parseJsonPath, valueAt } from './json-path';
import { type InputTransformer, invalid, type TargetSettings } from './rule';

const MAX_INPUT = 8_192;
const MAX_PATH = 256;
const MAX_PATHS = 100;

const PLACEHOLDER = /<([A-Za-z0-9_.-]{1,128})>/g;
/** What templates may name without a path. */
const PREDEFINED = ['rule-arn', 'rule-name', 'event.ingestion-time', 'event', 'event.json'].map((name) => `aws.events.${name}`);

/** @throws ValidationException that names the target and the rule that its input breaks */
export function requireInput({ id, input, inputPath, inputTransformer }: TargetSettings): void {
  const fault = (rule: string) => invalid(`Target ${id}: ${rule}`);
  const given = [input !== '', inputPath !== '', inputTransformer !== undefined].filter(Boolean).length;
  if (given > 1) throw fault('only one of Input, InputPath and InputTransformer may be there.');
  if (input.length > MAX_INPUT) throw fault(`Input must have at most ${MAX_INPUT} characters.`);
  if (input !== '' && !isJson(input)) throw fault('Input must be JSON.');
  if (inputPath !== '') requirePath(inputPath, 'InputPath', fault);
  if (inputTransformer !== undefined) requireTransformer(inputTransformer, fault);
}

function requireTransformer({ inputPathsMap, inputTemplate }: InputTransformer, fault: (rule: string) => Error): void {
  const names = Object.keys(inputPathsMap);
  if (names.length > MAX_PATHS) throw fault(`InputPathsMap must have at most ${MAX_PATHS} paths.`);
  for (const [name, path] of Object.entries(inputPathsMap)) {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
      throw fault('InputPathsMap must have names of 1 to 128 ASCII letters, digits, "-" and "_".');
    }
    if (name.toLowerCase().startsWith('aws')) throw fault('InputPathsMap must have no name that begins with AWS.');
    requirePath(path, `the path of ${name} in InputPathsMap`, fault);
  }
  if (inputTemplate.length < 1 || inputTemplate.length > MAX_INPUT) {
    throw fault(`InputTemplate must have 1 to ${MAX_INPUT} characters.`);
  }
  for (const [, name] of inputTemplate.matchAll(PLACEHOLDER)) {
    if (!names.includes(name!) && !PREDEFINED.includes(name!)) throw fault(`InputPathsMap must have the path of <${name}>.`);
  }
}

function requirePath(path: string, field: string, fault: (rule: string) => Error): void {
  if (path.length > MAX_PATH) throw fault(`${field} must have at most ${MAX_PATH} characters.`);
  if (parseJsonPath(path) === undefined)
    throw fault(`${field} must be a JSON path such as $.detail.eventName or $.resources[0].`);
}

/** The text that a target gets for an event. */
export function inputOf(target: TargetSettings, event: BridgeEvent, rule: { name: string; arn: string }, now: Date): string {
  const { input, inputPath, inputTransformer } = target;
  if (input !== '') return input;
  if (inputPath !== '') return JSON.stringify(valueAt(asJson(event), parseJsonPath(inputPath) ?? []) ?? null);
  if (inputTransformer === undefined) return JSON.stringify(event);
  const values: Record<string, Json | undefined> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': now.toISOString(),
    'aws.events.event': { ...asJson(event), detail: undefined },
    'aws.events.event.json': asJson(event),
  };
  for (const [name, path] of Object.entries(inputTransformer.inputPathsMap)) {
    values[name] = valueAt(asJson(event), parseJsonPath(path) ?? []);
  }
  return fill(inputTransformer.inputTemplate, values);
}

/** Within quotes a value is part of the text, so that the template stays JSON; elsewhere it is JSON itself. */
function fill(template: string, values: Readonly<Record<string, Json | undefined>>): string {
  let isQuoted = false;
  let text = '';
  let at = 0;
  for (const found of template.matchAll(PLACEHOLDER)) {
    const between = template.slice(at, found.index);
    for (const [symbol] of between.matchAll(/\\.|"/gs)) if (symbol === '"') isQuoted = !isQuoted;
    const value = Object.hasOwn(values, found[1]!) ? values[found[1]!] : undefined;
    text += between + (isQuoted ? withinQuotes(value) : JSON.stringify(value ?? null));
    at = found.index + found[0].length;
  }
  return text + template.slice(at);
}

function withinQuotes(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

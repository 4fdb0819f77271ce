import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from '@strongroom/config';
import { type Document, isMap, parseDocument } from 'yaml';
import { usageError } from '../cli-error';
import { unreadable, writePrivateFile } from './private-file';
import { type Config, configSchema, type Profile, PROFILE_NAME } from './profile';

/** Of the command line's own files. A relative XDG_CONFIG_HOME counts as absent, as its specification says. */
export const configDirectory = (env: Environment): string => {
  const xdg = env['XDG_CONFIG_HOME'];
  const base = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.config');
  return join(base, 'strongroom');
};

/** The profiles, in `config.yaml`. What somebody wrote there by hand, such as comments, stays when we change a profile. */
export class ConfigFile {
  readonly path: string;

  constructor(readonly directory: string) {
    this.path = join(directory, 'config.yaml');
  }

  static of(env: Environment): ConfigFile {
    return new ConfigFile(configDirectory(env));
  }

  /** @throws CliError that names the field and the rule */
  async read(): Promise<Config> {
    return this.check(await this.document());
  }

  /** @throws CliError if there is no such profile */
  async profile(name: string): Promise<Profile> {
    const { profiles } = await this.read();
    const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (found !== undefined) return found;
    const names = Object.keys(profiles);
    throw usageError(
      `There is no profile ${JSON.stringify(name)} in ${this.path}.`,
      names.length === 0 ? 'Make one with `strongroom login`.' : `There are: ${names.join(', ')}.`,
    );
  }

  /** Adds or replaces a profile; the first one becomes the default. */
  async put(name: string, profile: Profile): Promise<void> {
    checkProfileName(name);
    await this.change((document, config) => {
      document.setIn(['profiles', name], document.createNode(JSON.parse(JSON.stringify(profile))));
      // What was empty stands in braces.
      const profiles = document.get('profiles');
      if (isMap(profiles) && profiles.items.length === 1) profiles.flow = false;
      if (config.default === undefined) document.set('default', name);
    });
  }

  async setDefault(name: string): Promise<void> {
    await this.profile(name);
    await this.change((document) => document.set('default', name));
  }

  async remove(name: string): Promise<void> {
    await this.profile(name);
    await this.change((document, config) => {
      document.deleteIn(['profiles', name]);
      if (config.default === name) document.delete('default');
    });
  }

  private async change(edit: (document: Document.Parsed, config: Config) => void): Promise<void> {
    const document = await this.document();
    edit(document, this.check(document));
    this.check(document);
    await writePrivateFile(this.path, document.toString());
  }

  private async document(): Promise<Document.Parsed> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw unreadable(this.path, error);
    });
    const document = parseDocument(text);
    const [problem] = document.errors;
    if (problem) throw usageError(`${this.path}: is not valid YAML: ${problem.message}`);
    // An empty file is an empty map, and a map in braces would stay in braces.
    if (document.contents === null || text === '{}') document.contents = document.createNode({}) as never;
    return document;
  }

  private check(document: Document.Parsed): Config {
    const result = configSchema.safeParse(document.toJS());
    if (result.success) return result.data;
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
    throw usageError(`${this.path}: ${problems.join('; ')}`);
  }
}

export const checkProfileName = (name: string): void => {
  if (!PROFILE_NAME.test(name)) throw usageError('--profile: must be 1 to 64 letters, digits and "._-", and begin with no mark');
};

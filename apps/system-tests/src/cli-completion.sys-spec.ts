import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isInstalled } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';
import { builtProgram, strongroom } from './support/command-line';
import { type RunningSystem, System, unique } from './support/system';

jest.setTimeout(60_000);

let system: RunningSystem;
let secret: string;
const directory = temporaryDirectory('completion');
const env = { XDG_CONFIG_HOME: join(directory.path, 'config') };

beforeAll(async () => {
  system = await System.running();
  secret = await system.secret('a value', 'complete/me');
  const login = ['login', '--profile', 'mine', '--store', 'file', '--env-file', system.cluster.environmentFile];
  expect(await strongroom(login, { env })).toMatchObject({ code: 0 });
  mkdirSync(join(directory.path, 'bin'));
  writeFileSync(join(directory.path, 'bin/strongroom'), `#!/bin/sh\nexec ${process.execPath} ${builtProgram} "$@"\n`, {
    mode: 0o755,
  });
  await Promise.all(
    ['bash', 'zsh', 'fish'].map(async (shell) =>
      writeFileSync(join(directory.path, `script.${shell}`), (await strongroom(['completion', shell], { env })).out),
    ),
  );
});
afterAll(async () => {
  directory.remove();
  await system?.stop();
});

/** What a shell offers at the end of a line. For zsh, three commands of its completion system are ours: they print. */
const shells: Record<string, (line: string) => string> = {
  bash: (line) => `
    source ${directory.path}/script.bash
    COMP_LINE=${quoted(line)} COMP_POINT=\${#COMP_LINE} COMP_WORDS=(strongroom) COMP_CWORD=0
    _strongroom
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (line) => `
    autoload -Uz compinit; compinit -D -u 2> /dev/null
    source ${directory.path}/script.zsh
    # What the completion system would show, a line each.
    compadd() { local all; [[ $1 == -a ]] && all=(\${(P)2}) && print -l -- \${(M)all:#$PREFIX*} }
    _describe() { local all; all=(\${(P)2}) ; print -l -- \${(M)\${all%%:*}:#$PREFIX*} }
    compset() { }
    words=(\${(z)\${:-${quoted(line)}}}); [[ ${quoted(line)} == *' ' ]] && words+=('')
    CURRENT=\${#words} PREFIX=$words[-1]
    _strongroom`,
  fish: (line) => `source ${directory.path}/script.fish; complete -C${quoted(line)} | string split -f1 \\t; true`,
};
const quoted = (text: string) => `'${text}'`;

const complete = async (shell: string, line: string): Promise<string[]> => {
  const { stdout } = await promisify(execFile)(shell, ['-c', shells[shell]!(line)], {
    env: { ...env, PATH: `${directory.path}/bin:${process.env['PATH']}`, HOME: directory.path },
  });
  return stdout.split('\n').filter(Boolean).sort();
};

describe.each(Object.keys(shells))('%s', (shell) => {
  const installed = isInstalled(shell);
  if (!installed) process.stderr.write(`skipped: completion in ${shell}, because it is not installed\n`);

  (installed ? it : it.skip)('completes commands, options, values, profiles and names of secrets', async () => {
    const [commands, nested, options, values, profiles, profilesOfOption, names, otherNames, nothing] = await Promise.all([
      complete(shell, 'strongroom res'),
      complete(shell, 'strongroom --profile mine policy '),
      complete(shell, 'strongroom get --st'),
      complete(shell, 'strongroom ls --output '),
      complete(shell, 'strongroom profile use m'),
      complete(shell, 'strongroom get --profile '),
      complete(shell, `strongroom get --stage AWSCURRENT ${secret.slice(0, -2)}`),
      complete(shell, `strongroom -p mine history ${secret.slice(0, -2)}`),
      complete(shell, 'strongroom get -p no-such-profile comp'),
    ]);
    expect(commands).toEqual(['restore']);
    expect(nested).toEqual(['get', 'put', 'rm']);
    expect(options).toEqual(['--stage']);
    expect(values).toEqual(['json', 'table', 'text', 'yaml']);
    expect([profiles, profilesOfOption]).toEqual([['mine'], ['mine']]);
    expect([names, otherNames]).toEqual([[secret], [secret]]);
    expect(nothing).toEqual([]);
  });
});

it('takes names with the characters at which bash ends words', async () => {
  const name = unique('complete=me@here');
  await system.admin.secrets.createSecret({ name });
  const [whole] = await complete('bash', `strongroom get ${name.slice(0, -2)}`);
  expect(`complete=me@${whole}`).toBe(name);
});

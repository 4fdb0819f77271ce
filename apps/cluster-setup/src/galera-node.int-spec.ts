import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { databaseNodes } from './config';
import { projectRoot } from './testing/compose-file';

type Node = (typeof databaseNodes)[number];

const CLUSTER = 'b70456d9-ed07-11f1-851d-c3f3f1587132';
const OTHER = 'c0000000-ed07-11f1-851d-c3f3f1587132';
const script = readFileSync(join(projectRoot, 'docker/high-availability/galera-node'), 'utf8');

/** Programs that a node runs, as far as it can tell. Each says in `log` what it was told to do. */
const programs = {
  getent: 'echo 127.0.0.1 STREAM',
  'mariadb-install-db':
    'for a; do case $a in --datadir=*) mkdir -p "${a#*=}/mysql" ;; esac; done; echo "$NODE makes data" >>"$HOME/log"',
  mariadbd: `case " $* " in
    *' --wsrep-recover '*)
      [ -e "$HOME/$NODE/recovers" ] || exit 1
      echo "WSREP: Recovered position: $(cat "$HOME/$NODE/recovers")"
      trap '' TERM
      [ ! -e "$HOME/$NODE/hangs" ] || exec sleep 60
      exit ;;
    esac
    shift
    echo "$NODE runs $*" | sed "s, *$,," >>"$HOME/log"
    touch "$HOME/$NODE/serves"
    exec sleep 60`,
  mariadb: `host=$NODE
    case $1 in --host=*) host=\${1#*=} ;; esac
    for statement; do :; done
    case $statement in *local_state*) printf . >>"$HOME/$NODE/looks" ;; *cluster_size*) printf . >>"$HOME/$NODE/waits" ;; esac
    case $statement in
    *wsrep_local_state_comment*) [ -e "$HOME/$host/joining" ] || [ ! -e "$HOME/$host/serves" ] || printf 'x\\tSynced\\n' ;;
    *wsrep_cluster_size*) printf 'x\\t%s\\n' "$(cat "$HOME/$host/size" 2>/dev/null || echo 1)" ;;
    *wsrep_cluster_status*) printf 'x\\t%s\\n' "$(cat "$HOME/$host/status" 2>/dev/null || echo Primary)" ;;
    SET*) echo "$NODE tells $host to go on" >>"$HOME/log"; rm -f "$HOME"/*/joining ;;
    esac`,
};

let folder: ReturnType<typeof temporaryDirectory>;
let running: Map<Node, ChildProcess>;
const at = (...path: string[]) => join(folder.path, ...path);
const log = () => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8').trim().split('\n') : []);
/** How often a node has asked for what `mariadb` counts there. */
const asked = (node: Node, what: 'looks' | 'waits') =>
  existsSync(at(node, what)) ? readFileSync(at(node, what), 'utf8').length : 0;
const said = (node: Node) => (existsSync(at(node, 'said')) ? readFileSync(at(node, 'said'), 'utf8') : '');

const environmentOf = (node: Node) => ({ PATH: `${at('bin')}:${process.env.PATH}`, HOME: folder.path, NODE: node });
const run = (node: Node): void => {
  const child = spawn('bash', [at(node, 'galera-node'), node, '--skip-name-resolve'], {
    env: environmentOf(node),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A container ends with all its processes.
    detached: true,
  });
  child.stderr.on('data', (chunk: Buffer) => writeFileSync(at(node, 'said'), chunk, { flag: 'a' }));
  running.set(node, child);
};
const kill = async (node: Node): Promise<void> => {
  const child = running.get(node);
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
  rmSync(at(node, 'serves'), { force: true });
};
/** Data of a node that has ended by itself, or with -1 was killed. */
const hasData = (node: Node, seqno: number, cluster = CLUSTER): void => {
  mkdirSync(at(node, 'data', 'mysql'), { recursive: true });
  writeFileSync(at(node, 'data', 'grastate.dat'), `uuid:    ${cluster}\nseqno:   ${seqno}\nsafe_to_bootstrap: 0\n`);
};
const began = () =>
  log()
    .filter((line) => line.includes('--wsrep-new-cluster'))
    .map((line) => line.split(' ')[0]);
const allRun = () =>
  eventually('all nodes run', async () => log().filter((line) => line.includes(' runs')).length === databaseNodes.length, 30_000);

beforeEach(() => {
  folder = temporaryDirectory('galera-node');
  running = new Map();
  for (const name of ['bin', 'shared', 'strongroom']) mkdirSync(at(name));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(at('bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(at('bin', name), 0o700);
  }
  writeFileSync(at('strongroom', 'administrator.password'), 'secret\n');
  for (const node of databaseNodes) {
    for (const name of ['data', 'run']) mkdirSync(at(node, name), { recursive: true });
    const own = script
      .replaceAll('/run/nodes', at('shared'))
      .replaceAll('/run/strongroom', at('strongroom'))
      .replaceAll('/run/mysqld', at(node, 'run'))
      .replaceAll('/var/lib/mysql', at(node, 'data'))
      .replaceAll('/tmp/', `${at(node)}/`);
    writeFileSync(at(node, 'galera-node'), own);
  }
});
afterEach(async () => {
  for (const node of databaseNodes) await kill(node);
  folder.remove();
});

describe('nodes that start', () => {
  it('make a cluster by themselves: the first one begins, and the others join it', async () => {
    for (const node of [...databaseNodes].reverse()) run(node);
    await allRun();
    expect(log().slice(0, 2)).toEqual(['mariadb makes data', 'mariadb runs --wsrep-new-cluster']);
    expect(log().slice(2).sort()).toEqual(['mariadb-2 runs', 'mariadb-3 runs']);
    expect(readdirSync(at('mariadb', 'data'))).toEqual(['mysql']);
    expect(readFileSync(at('mariadb-2', 'run', 'node.cnf'), 'utf8')).toMatch(/^skip-name-resolve$/m);
  });

  it('begin with the one that has come furthest, and not before all have said how far they are', async () => {
    hasData('mariadb', 7);
    hasData('mariadb-2', 9);
    hasData('mariadb-3', 8);
    run('mariadb');
    run('mariadb-2');
    await eventually('both wait', async () => said('mariadb-2').includes('waits for mariadb-3'), 10_000);
    expect(log()).toEqual([]);
    run('mariadb-3');
    await allRun();
    expect(began()).toEqual(['mariadb-2']);
    expect(readFileSync(at('mariadb-2', 'data', 'grastate.dat'), 'utf8')).toContain('safe_to_bootstrap: 1');
    expect(log()[0]).toBe(`mariadb-2 runs --wsrep-start-position=${CLUSTER}:9 --wsrep-new-cluster`);
  });

  it('ask the storage of those that were killed, also if that hangs', async () => {
    for (const [i, node] of databaseNodes.entries()) {
      hasData(node, -1);
      writeFileSync(at(node, 'recovers'), `${CLUSTER}:${40 + i}`);
    }
    writeFileSync(at('mariadb-3', 'hangs'), '');
    for (const node of databaseNodes) run(node);
    await allRun();
    expect(log()[0]).toBe(`mariadb-3 runs --wsrep-start-position=${CLUSTER}:42 --wsrep-new-cluster`);
  });

  it('do not begin while one cannot tell how far it is, unless somebody says that its data is lost', async () => {
    hasData('mariadb', 7);
    hasData('mariadb-2', 7);
    hasData('mariadb-3', -1);
    for (const node of databaseNodes) run(node);
    await eventually('it is said', async () => said('mariadb').includes('mariadb-3 cannot tell what it has'), 10_000);
    expect(log()).toEqual([]);
    const without = [at('mariadb', 'galera-node'), 'without', 'mariadb-3'];
    // While another node looks whether it runs.
    execFileSync('flock', ['--shared', at('shared', 'mariadb-3.runs'), 'bash', ...without], { env: environmentOf('mariadb') });
    await allRun();
    expect(began()).toEqual(['mariadb']);
    const whileItRuns = spawnSync('bash', without, { env: environmentOf('mariadb'), encoding: 'utf8' });
    expect(whileItRuns).toMatchObject({ status: 1, stderr: 'galera-node: mariadb-3 runs\n' });
  });

  it('do not begin with data of different clusters', async () => {
    hasData('mariadb', 7);
    hasData('mariadb-2', 9, OTHER);
    for (const node of databaseNodes) run(node);
    await eventually('it is said', async () => said('mariadb').includes('have data of different clusters'), 10_000);
    expect(log()).toEqual([]);
  });
});

describe('a server that was alone', () => {
  it('begins with its data, and makes none', async () => {
    mkdirSync(at('mariadb', 'data', 'mysql'), { recursive: true });
    for (const node of databaseNodes) run(node);
    await allRun();
    expect(log()[0]).toBe('mariadb runs --wsrep-new-cluster');
  });

  it('does not join others, whose data would replace its own', async () => {
    hasData('mariadb-2', 7);
    hasData('mariadb-3', 7);
    mkdirSync(at('mariadb', 'data', 'mysql'), { recursive: true });
    for (const node of databaseNodes) run(node);
    await eventually(
      'it is said',
      async () => said('mariadb-2').includes('mariadb has data of its own, and mariadb-2 of a cluster'),
      10_000,
    );
    expect(log()).toEqual([]);
  });
});

describe('a node that returns', () => {
  const start = async () => {
    for (const node of databaseNodes) run(node);
    await allRun();
  };

  it('joins the others, whatever it has', async () => {
    await start();
    await kill('mariadb');
    hasData('mariadb', 1_000_000);
    run('mariadb');
    await eventually('it runs', async () => log().length === 5, 10_000);
    expect(log().at(-1)).toBe(`mariadb runs --wsrep-start-position=${CLUSTER}:1000000`);
  });

  it('does not come back before the others have noticed that it has ended', async () => {
    await start();
    for (const node of databaseNodes) writeFileSync(at(node, 'size'), '3');
    await kill('mariadb-2');
    rmSync(at('mariadb-2', 'waits'), { force: true });
    run('mariadb-2');
    await eventually('it has asked several times', async () => asked('mariadb-2', 'waits') >= 6, 20_000);
    expect(log().filter((line) => line.startsWith('mariadb-2 runs'))).toHaveLength(1);
    for (const node of databaseNodes) writeFileSync(at(node, 'size'), '2');
    await eventually('it runs', async () => log().filter((line) => line.startsWith('mariadb-2 runs')).length === 2, 10_000);
  });

  it('tells the last one that lives to go on, because the others have ended', async () => {
    await start();
    await kill('mariadb');
    await kill('mariadb-2');
    writeFileSync(at('mariadb-3', 'status'), 'non-Primary');
    writeFileSync(at('mariadb-2', 'joining'), '');
    run('mariadb-2');
    await eventually('it is told', async () => log().includes('mariadb-2 tells mariadb-3 to go on'), 10_000);
  });

  it('tells nobody while a third one lives, which may belong to a majority elsewhere', async () => {
    await start();
    await kill('mariadb-2');
    writeFileSync(at('mariadb-3', 'status'), 'non-Primary');
    writeFileSync(at('mariadb-2', 'joining'), '');
    run('mariadb-2');
    const before = asked('mariadb-2', 'looks');
    await eventually('it has looked several times', async () => asked('mariadb-2', 'looks') >= before + 3, 20_000);
    expect(log().filter((line) => line.includes('tells'))).toEqual([]);
  });
});

import { programNames } from '@strongroom/local-cluster/layout';
import { askDocker } from '../docker';
import { type Finding, ok, problem, unknown } from './finding';
import { judgeDisk } from './machine.check';
import { judgeMetrics } from './metrics.check';

export interface Container {
  ID: string;
  Name: string;
  Service: string;
  State: string;
  Health: string;
  ExitCode: number;
}

/** What `docker compose ps --format json` prints: one array, or an object a line, by its version. */
export const containersIn = (output: string): Container[] =>
  output.trim().startsWith('[')
    ? (JSON.parse(output) as Container[])
    : output
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Container);

/** Tasks that end: they have done their work with exit code 0. */
export const judgeContainers = (containers: readonly Container[]): Finding[] => {
  if (containers.length === 0) {
    return [problem('containers', 'There are none.', 'Run `docker compose -f docker/docker-compose.yml up --wait`.')];
  }
  return containers.map((container) => {
    const { Service: service, State: state, Health: health, ExitCode: code } = container;
    const subject = `container ${nameAmong(containers, container)}`;
    if (state === 'exited' && code === 0) return ok(subject, 'It has done its work.');
    if (state === 'running' && (health === 'healthy' || health === '')) return ok(subject, 'It runs.');
    const how = state === 'exited' ? `ended with ${code}` : [state, health].filter(Boolean).join(', ');
    return problem(subject, `It is not well: ${how}.`, `Read \`docker compose -f docker/docker-compose.yml logs ${service}\`.`);
  });
};

/** Replicas of one service have names of their own. */
const nameAmong = (containers: readonly Container[], { Service, Name }: Container): string =>
  containers.filter((other) => other.Service === Service).length > 1 ? Name : Service;

/** How `df -Pk` tells the room of a file system, in kibibytes. */
export const judgeVolume = (output: string): Finding[] => {
  const [, whole, free] = /^\S+\s+(\d+)\s+\d+\s+(\d+)\s+\d+%/m.exec(output) ?? [];
  const subject = 'disk of the containers';
  return whole === undefined
    ? [unknown(subject, 'Nobody knows how much room it has.')]
    : [judgeDisk(subject, Number(free) * 1_024, Number(whole) * 1_024)];
};

/** Prints what a program in a container tells of itself; nobody else reaches its port. */
const TELL = `fetch('http://127.0.0.1:7401/metrics').then((answer) => answer.text()).then(console.log)`;

/** @param version of this command */
export const checkContainers = async (
  composeFile: string,
  { timeoutMs, version }: { timeoutMs: number; version: string },
): Promise<Finding[]> => {
  const compose = (...args: string[]) => askDocker(['compose', '-f', composeFile, ...args], timeoutMs);
  let containers: Container[];
  try {
    containers = containersIn(await compose('ps', '--all', '--format', 'json'));
  } catch (error) {
    return [unknown('containers', `Docker does not tell: ${(error as Error).message}`, 'Check that Docker runs.')];
  }
  const isRunning = (service: string) => containers.some(({ Service, State }) => Service === service && State === 'running');
  const programs = containers.filter(
    ({ Service, State }) => (programNames as readonly string[]).includes(Service) && State === 'running',
  );
  const [texts, volume] = await Promise.all([
    Promise.all(
      programs.map(async (container) => ({
        program: container.Service,
        name: nameAmong(containers, container),
        text: await askDocker(['exec', container.ID, 'node', '-e', TELL], timeoutMs).catch(() => undefined),
      })),
    ),
    isRunning('mariadb') ? compose('exec', '-T', 'mariadb', 'df', '-Pk', '/var/lib/mysql').catch(() => '') : undefined,
  ]);
  return [
    ...judgeContainers(containers),
    ...(programs.length > 0 ? judgeMetrics(texts, version, ' of the containers') : []),
    ...(volume === undefined ? [] : judgeVolume(volume)),
  ];
};

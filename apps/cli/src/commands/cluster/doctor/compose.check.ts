import { execFile } from 'node:child_process';
import { type Finding, ok, problem, unknown } from './finding';

interface Container {
  Service: string;
  State: string;
  Health: string;
  ExitCode: number;
}

/** Tasks that end: they have done their work with exit code 0. */
export const judgeContainers = (output: string): Finding[] => {
  const containers = output.trim().startsWith('[')
    ? (JSON.parse(output) as Container[])
    : output
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Container);
  if (containers.length === 0) {
    return [problem('containers', 'There are none.', 'Run `docker compose -f docker/docker-compose.yml up --wait`.')];
  }
  return containers.map(({ Service: service, State: state, Health: health, ExitCode: code }) => {
    const subject = `container ${service}`;
    if (state === 'exited' && code === 0) return ok(subject, 'It has done its work.');
    if (state === 'running' && (health === 'healthy' || health === '')) return ok(subject, 'It runs.');
    const how = state === 'exited' ? `ended with ${code}` : [state, health].filter(Boolean).join(', ');
    return problem(subject, `It is not well: ${how}.`, `Read \`docker compose -f docker/docker-compose.yml logs ${service}\`.`);
  });
};

export const checkContainers = async (composeFile: string, timeoutMs: number): Promise<Finding[]> => {
  const answer = await new Promise<string | Error>((resolve) => {
    const args = ['compose', '-f', composeFile, 'ps', '--all', '--format', 'json'];
    execFile('docker', args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) =>
      resolve(error ? new Error(stderr.trim().split('\n').at(-1) || error.message) : stdout),
    );
  });
  if (answer instanceof Error)
    return [unknown('containers', `Docker does not tell: ${answer.message}`, 'Check that Docker runs.')];
  return judgeContainers(answer);
};

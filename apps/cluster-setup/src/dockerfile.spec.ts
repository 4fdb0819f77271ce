import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, readComposeFile } from './testing/compose-file';
import { copiesOf, readDockerfile, stagesOf, type Stage } from './testing/dockerfile';

const stages = stagesOf(readDockerfile());
const images = ['docker-compose.yml', 'agent-sidecar.yml'].flatMap((name) =>
  Object.values(readComposeFile(name).services).flatMap(({ build }) => (build ? [build] : [])),
);
/** Apps that run on somebody's own machine. */
const WITHOUT_IMAGE = ['cli', 'strongroom-verify'];
const ignoreFile = readFileSync(join(projectRoot, 'docker/Dockerfile.dockerignore'), 'utf8').split('\n');

const inProject = (path: string) => join(projectRoot, path);
const stage = (name: string): Stage => {
  const found = stages.find((one) => one.name === name);
  if (!found) throw new Error(`no stage ${name}`);
  return found;
};
/** What a stage says, after what it stands on has spoken. */
const spoken = (name: string): string[] => {
  const { base, instructions } = stage(name);
  const below = stages.some((one) => one.name === base) ? spoken(base) : [];
  return [...below, ...instructions.map((instruction) => `${instruction.name} ${instruction.text}`)];
};
const last = (name: string, instruction: string) => spoken(name).findLast((line) => line.startsWith(`${instruction} `));

it('needs no frontend of its own', () => {
  expect(readDockerfile()).not.toMatch(/^#\s*syntax\s*=/im);
});

it('starts from one known image and from stages that come before', () => {
  stages.forEach(({ base }, i) => {
    const before = stages.slice(0, i).map(({ name }) => name);
    expect(['node:22-bookworm-slim', ...before]).toContain(base);
  });
});

it('is given each file of the project that it copies', () => {
  const wanted = stages.flatMap(copiesOf).filter(({ from }) => from === undefined);
  const sources = [...new Set(wanted.flatMap((copy) => copy.sources))];
  expect(sources.length).toBeGreaterThan(5);
  for (const source of sources) {
    expect(existsSync(inProject(source))).toBe(true);
    expect(ignoreFile).toContain(`!${source.replace(/^\.\//, '')}`);
  }
  expect(
    ignoreFile
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
      .sort(),
  ).toEqual(sources.map((source) => source.replace(/^\.\//, '')).sort());
});

it('runs programs of the project that exist', () => {
  const programs = stages.flatMap(({ instructions }) =>
    instructions.flatMap(({ name, text }) => (name === 'RUN' ? [...text.matchAll(/node (tools\/\S+)(?: (libs\/\S+))?/g)] : [])),
  );
  expect(programs.length).toBeGreaterThan(1);
  for (const [, program, project] of programs) {
    expect(existsSync(inProject(program!))).toBe(true);
    if (project) expect(existsSync(inProject(`${project}/src/main.ts`))).toBe(true);
  }
});

it('copies from earlier stages what these make', () => {
  const made = (path: string) => {
    if (path === '/app/node_modules') return true;
    if (path === '/app/dist/apps/console-web') return existsSync(inProject('apps/console-web/vite.config.mjs'));
    const [, project] = /^\/app\/dist\/((?:apps|libs)\/[^/]+)\/main\.js(?:\.map)?$/.exec(path) ?? [];
    return project !== undefined && existsSync(inProject(`${project}/src/main.ts`));
  };
  const services = images.flatMap(({ args }) => args?.SERVICE ?? []);
  stages.forEach((one, i) => {
    for (const { from, sources } of copiesOf(one)) {
      if (from === undefined) continue;
      expect(stages.slice(0, i).map(({ name }) => name)).toContain(from);
      for (const source of sources) {
        const paths = source.includes('${SERVICE}') ? services.map((name) => source.replace('${SERVICE}', name)) : [source];
        expect(paths.filter((path) => !made(path))).toEqual([]);
      }
    }
  });
});

it('makes an image for every app that runs in a cluster or beside its callers', () => {
  const apps = readdirSync(inProject('apps')).filter(
    (app) => existsSync(inProject(`apps/${app}/src/main.ts`)) && !WITHOUT_IMAGE.includes(app),
  );
  const made = images.map(({ args, target }) => (target === 'setup' ? 'cluster-setup' : args?.SERVICE));
  expect(made.sort()).toEqual(apps.sort());
  for (const { context, dockerfile, target } of images) {
    expect([context, dockerfile]).toEqual(['..', 'docker/Dockerfile']);
    expect(['service', 'console', 'setup']).toContain(stage(target).name);
  }
});

it.each(['service', 'console', 'setup'])(
  'runs %s as a user without rights, with what that needs and nothing that builds',
  (target) => {
    expect(last(target, 'USER')).toBe('USER node');
    expect(last(target, 'ENTRYPOINT')).toBe('ENTRYPOINT ["node", "/app/main.js"]');
    expect(spoken(target).join('\n')).toMatch(/RUN rm -rf .*\/usr\/local\/lib\/node_modules .*npm/);
    expect(spoken(target).filter((line) => /apt-get|npm ci|COPY --from=build \S*node_modules/.test(line))).toEqual([]);
  },
);

it('asks each service for its health by gRPC', () => {
  const [, program] = /CMD \["node", "\/app\/(.*)"\]$/.exec(last('service', 'HEALTHCHECK')!)!;
  const copied = stages.flatMap(copiesOf).find(({ target }) => target === `./${program}`);
  expect(copied?.sources).toEqual(['/app/dist/libs/health-probe/main.js']);
});

it('installs what the lock file says', () => {
  const installs = stages.flatMap(({ instructions }) => instructions.filter(({ text }) => /\bnpm (ci|i|install)\b/.test(text)));
  expect(installs).toHaveLength(2);
  for (const { text } of installs) expect(text).toMatch(/npm ci .*--ignore-scripts/);
});

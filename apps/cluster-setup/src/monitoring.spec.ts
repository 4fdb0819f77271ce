import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { programNames } from '@strongroom/local-cluster';
import { describeWith, temporaryDirectory } from '@strongroom/testing';
import { parse } from 'yaml';
import { SERVICE_PORT } from './config';
import { networksOf, projectRoot, readComposeFile } from './testing/compose-file';

const folder = join(projectRoot, 'docker/monitoring');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const { services, configs = {}, networks } = readComposeFile();
const monitors = Object.entries(services).filter(([, { profiles = [] }]) => profiles.includes('monitoring'));

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string };
}
const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

interface Panel {
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}
const dashboard = JSON.parse(read('grafana/strongroom.json')) as { uid: string; panels: Panel[] };
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

describe('the profile of monitoring', () => {
  it('has Prometheus, Alertmanager and Grafana, and nothing else waits for them', () => {
    expect(monitors.map(([name]) => name).sort()).toEqual(['alertmanager', 'grafana', 'prometheus']);
    for (const [name, { depends_on = {}, profiles }] of Object.entries(services)) {
      if (profiles) continue;
      expect([name, Object.keys(depends_on).filter((other) => services[other]?.profiles)]).toEqual([name, []]);
    }
  });

  it('mounts every file that there is, and finds each where its program looks for it', () => {
    const mounted = monitors.flatMap(([, one]) => one.configs ?? []);
    expect(mounted.map(({ source }) => source).sort()).toEqual(Object.keys(configs).sort());
    for (const { file } of Object.values(configs))
      expect([file, existsSync(join(projectRoot, 'docker', file))]).toEqual([file, true]);
    const [{ rule_files: found }] = [parse(read('prometheus.yml')) as { rule_files: string[] }];
    expect(mounted.map(({ target }) => target)).toEqual(expect.arrayContaining(found));
    const { providers } = parse(read('grafana/dashboards.yml')) as { providers: { options: { path: string } }[] };
    const dashboards = mounted.find(({ source }) => source === 'grafana-dashboard')!.target;
    expect(dashboards).toBe(join(providers[0]!.options.path, basename(dashboards)));
  });

  it('shows Grafana alone to the outside, on this machine only unless told otherwise', () => {
    expect(monitors.filter(([, one]) => one.ports).map(([name, one]) => [name, one.ports])).toEqual([
      ['grafana', ['127.0.0.1:7590:3000']],
    ]);
    expect(networks.monitoring).toEqual({ internal: true });
    expect(networksOf(services.prometheus!).sort()).toEqual(['monitoring', 'services']);
    for (const name of ['grafana', 'alertmanager']) expect(networksOf(services[name]!)).not.toContain('services');
  });

  it('scrapes every program that there is, each replica, where it listens', () => {
    const [job] = (parse(read('prometheus.yml')) as { scrape_configs: { dns_sd_configs: object[] }[] }).scrape_configs;
    expect(job!.dns_sd_configs).toEqual([expect.objectContaining({ type: 'A', port: SERVICE_PORT + 1 })]);
    expect((job!.dns_sd_configs[0] as { names: string[] }).names.sort()).toEqual([...programNames].sort());
    for (const name of programNames) {
      expect(networksOf(services[name]!)).toContain('services');
      expect(services[name]!.environment).toMatchObject({ STRONGROOM_METRICS_LISTEN: `0.0.0.0:${SERVICE_PORT + 1}` });
    }
  });

  it('finds the others where its files say', () => {
    const text = ['prometheus.yml', 'grafana/datasources.yml'].map(read).join('\n');
    const told = [...text.matchAll(/\b(prometheus|alertmanager):(\d{4})\b/g)].map(([endpoint]) => endpoint);
    expect([...new Set(told)].sort()).toEqual(['alertmanager:9093', 'prometheus:9090']);
  });
});

describe('alerts', () => {
  it('notice every program that is gone', () => {
    const { expr } = rules.find(({ alert }) => alert === 'StrongroomServiceAway')!;
    const noticed = [...expr.matchAll(/absent\(up\{job="strongroom", service="([a-z-]+)"\}\)/g)].map(([, name]) => name);
    expect(noticed.sort()).toEqual([...programNames].sort());
  });

  it('have a severity, a sentence for people, a test, and a line in the docs', () => {
    const tests = read('alerts.test.yml');
    const page = readFileSync(join(projectRoot, 'docs/monitoring.md'), 'utf8');
    for (const { alert, labels, annotations } of rules) {
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/^\S.*\.$/);
      expect([alert, tests.includes(`alertname: ${alert}\n`)]).toEqual([alert, true]);
      expect([alert, page.includes(`| \`${alert}\``)]).toEqual([alert, true]);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('the dashboard', () => {
  it('asks the data source that is provisioned', () => {
    const { datasources } = parse(read('grafana/datasources.yml')) as { datasources: { uid: string }[] };
    const asked = panels.flatMap(({ datasource, targets = [] }) => [
      datasource!.uid,
      ...targets.map((one) => one.datasource.uid),
    ]);
    expect([...new Set(asked)]).toEqual([datasources[0]!.uid]);
  });

  it('has panels that ask something, and lie side by side', () => {
    expect(panels.length).toBeGreaterThan(20);
    const cells = new Set<string>();
    for (const { title, targets, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, x < 24 && !cells.has(`${x} ${y}`)]).toEqual([title, true]);
          cells.add(`${x} ${y}`);
        }
      }
      if (targets) expect(targets.every(({ expr }) => expr.trim() !== '')).toBe(true);
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });
});

describeWith('promtool', 'according to promtool', () => {
  const promtool = (...words: string[]) => execFileSync('promtool', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

  it('the rules are right, and alerts go off when they must and not before', () => {
    expect(promtool('check', 'rules', 'alerts.yml')).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });

  it('the configuration is right', () => {
    // It looks for the rules where they are in the container.
    expect(promtool('check', 'config', '--syntax-only', 'prometheus.yml')).toContain('SUCCESS');
  });

  it('the dashboard asks nothing that cannot be read', () => {
    const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m')));
    const rules = asked.map((expr, index) => ({ record: `asked:${index}`, expr }));
    const folder = temporaryDirectory('dashboard');
    try {
      const file = join(folder.path, 'asked.yml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'asked', rules }] }));
      expect(promtool('check', 'rules', file)).toContain(`SUCCESS: ${asked.length} rules found`);
    } finally {
      folder.remove();
    }
  });
});

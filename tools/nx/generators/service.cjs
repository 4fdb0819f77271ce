const { capitalised, edit, format, requireNewName, writeTemplates } = require('./workspace.cjs');

const COMPOSE = 'docker/docker-compose.yml';
const HIGH_AVAILABILITY = 'docker/high-availability.yml';

/** `npx nx g ./tools/nx:service <name>` */
module.exports = async (tree, { name, area = name?.replace(/-(service|api|worker)$/, ''), eventSource, description }) => {
  requireNewName(tree, name);
  if (!/^[a-z]+$/.test(area)) throw new Error(`"${area}" must be one lower-case word: choose one by --area=<word>`);
  if (tree.exists(`proto/strongroom/${area}`)) throw new Error(`proto/strongroom/${area} exists already: choose another --area`);
  const service = {
    name,
    area,
    description,
    eventSource: eventSource ?? `${area}.amazonaws.com`,
    variable: area.toUpperCase(),
    ports: freePorts(tree),
  };
  writeTemplates(tree, 'service', {
    ...service,
    Area: capitalised(area),
    Description: capitalised(description),
  });
  addToMethods(tree, service);
  addToCluster(tree, service);
  addToContainers(tree, service);
  addToChart(tree, service);
  addToDocuments(tree, service);
  format(tree);
};

/** Who may serve, call and be called. */
function addToMethods(tree, { name, area, eventSource }) {
  const last = (literal) => (_match, head, rest) => `${head}${rest.trimEnd()} | '${literal}';`;
  edit(tree, 'libs/methods/src/method.ts', /(export type ServiceName =)([^;]+);/, last(name));
  if (!tree.read('libs/methods/src/method.ts', 'utf8').includes(`'${eventSource}'`))
    edit(tree, 'libs/methods/src/method.ts', /(export type EventSource =)([^;]+);/, last(eventSource));
  edit(
    tree,
    'libs/methods/src/index.ts',
    /^export \{ auditService\b.*\n/m,
    (line) => `${line}export { ${area}Service } from './${area}.methods';\n`,
  );
  const table = 'libs/methods/src/services.ts';
  edit(tree, table, /^import \{ auditService\b.*\n/m, (line) => `${line}import { ${area}Service } from './${area}.methods';\n`);
  edit(tree, table, /^\} as const satisfies/m, (end) => `  '${name}': [${area}Service],\n${end}`);
  // It asks identity-service who its callers are.
  edit(
    tree,
    'libs/methods/src/identity.methods.ts',
    /(const deciding = \[[^\]]*[^\],\s]),?\s*\]/,
    (_match, list) => `${list}, '${name}']`,
  );
}

/** Its schema, its users, and the variable by which others find it. */
function addToCluster(tree, { name, area, variable }) {
  const services = 'libs/local-cluster/src/cluster/services.ts';
  edit(tree, services, /(export const serviceNames = \[[^\]]+?),?\s*\]/, (_match, list) => `${list}, '${name}']`);
  const entry = `  '${name}': {
    schema: 'strongroom_${area}',
    addressVariable: 'STRONGROOM_${variable}_ADDRESS',
    schemaPrivileges: readAndWrite,
  },
`;
  edit(tree, services, /(export const services: [^]+?)^\};/m, (_match, head) => `${head}${entry}};`);
}

function addToContainers(tree, { name, area, variable, ports }) {
  edit(tree, COMPOSE, /^  STRONGROOM_\w+_ADDRESS: \S+\n/gm, (line) => `${line}  STRONGROOM_${variable}_ADDRESS: ${name}:7400\n`);
  edit(
    tree,
    COMPOSE,
    /^  aws-gateway:\n    <<: \*service\n/m,
    (next) => `  ${name}:
    <<: *service
    image: strongroom/${name}:\${STRONGROOM_VERSION:-local}
    build: { <<: *build, args: { SERVICE: ${name} } }
    environment:
      <<: *environment
      STRONGROOM_DATABASE_NAME: strongroom_${area}
      STRONGROOM_DATABASE_USER: strongroom_${area}
      STRONGROOM_REDIS_USER: ${name}
    volumes: ['${name}-secrets:/run/strongroom:ro']
    networks: [outside, services, data]
    ports: ['\${STRONGROOM_BIND:-127.0.0.1}:\${STRONGROOM_${variable}_PORTS:-${ports}}:7400']
    depends_on: *identified

${next}`,
  );
  edit(tree, 'docker/monitoring/prometheus.yml', /^ *- aws-gateway\n/m, (next) => next.replace('aws-gateway', name) + next);
  edit(
    tree,
    'docker/monitoring/alerts.yml',
    /^ *or absent\(up\{.*service="aws-gateway"\}\)\n/m,
    (next) => next.replace('aws-gateway', name) + next,
  );
  edit(
    tree,
    'docker/monitoring/alerts.test.yml',
    /^ *- \{ series: 'up\{.*service="aws-gateway".*\n/m,
    (next) => next.replace('aws-gateway', name) + next,
  );
  // Rotation must not connect to its metrics.
  edit(tree, COMPOSE, /,aws-gateway:7401\b/, (last) => `,${name}:7401${last}`);
  edit(
    tree,
    COMPOSE,
    /^ *- aws-gateway-secrets:\/volumes\/aws-gateway\n/m,
    (next) => `      - ${name}-secrets:/volumes/${name}
      - ${name}-migration-secrets:/volumes/${name}-migration
${next}`,
  );
  edit(
    tree,
    COMPOSE,
    /^  # Grants services their rights.*\n  grants:\n/m,
    (next) => `  ${name}-migrate:
    <<: *task
    image: strongroom/${name}:\${STRONGROOM_VERSION:-local}
    command: migrate
    environment:
      <<: *migration
      STRONGROOM_DATABASE_NAME: strongroom_${area}
      STRONGROOM_MIGRATION_USER: strongroom_${area}_migration
    volumes: ['${name}-migration-secrets:/run/strongroom:ro']
    networks: [data]
    depends_on: *provisioned

${next}`,
  );
  edit(
    tree,
    COMPOSE,
    /^ *[\w-]+-migrate: \{ condition: service_completed_successfully \}\n/gm,
    (line) => `${line}      ${name}-migrate: { condition: service_completed_successfully }\n`,
  );
  edit(tree, COMPOSE, /^  aws-gateway-secrets:\n/m, (next) => `  ${name}-secrets:\n  ${name}-migration-secrets:\n${next}`);
  edit(tree, HIGH_AVAILABILITY, /^  aws-gateway: /m, (next) => `  ${name}: *service\n${next}`);
  edit(tree, HIGH_AVAILABILITY, /,aws-gateway:7401\b/, (last) => `,${name}:7401${last}`);
  edit(tree, HIGH_AVAILABILITY, /^  administrator: /m, (next) => `  ${name}-migrate: *migration\n${next}`);
}

function addToChart(tree, { name, area, variable }) {
  const chart = 'docker/helm/strongroom';
  const facts = `${name}:
  address: STRONGROOM_${variable}_ADDRESS
  schema: strongroom_${area}
  redis: true
  journal: producer
  calls: [identity-service]
`;
  edit(tree, `${chart}/services.yaml`, /^aws-gateway:\n/m, (next) => facts + next);
  edit(tree, `${chart}/values.yaml`, /^  aws-gateway: \{\}\n/m, (next) => `  ${name}: {}\n${next}`);
  const before = (next) => next.replace('aws-gateway', name) + next;
  edit(tree, `${chart}/values.schema.json`, /^ *"aws-gateway": \{\s*"\$ref": "[^"]+"\s*\},\n/m, before);
  edit(tree, `${chart}/values.schema.json`, /^ *"aws-gateway",\n/m, before);
}

/** The first ten ports that no other service publishes. */
function freePorts(tree) {
  const taken = [...tree.read(COMPOSE, 'utf8').matchAll(/_PORTS?:-(?:\d+-)?(\d+)\}/g)].map(([, last]) => Number(last));
  const first = Math.ceil((Math.max(...taken) + 1) / 10) * 10;
  return `${first}-${first + 9}`;
}

function addToDocuments(tree, { name, area, description, eventSource, variable, ports }) {
  edit(
    tree,
    'docs/ARCHITECTURE.md',
    /^\| `rotation-worker` +\|.*\n/m,
    (row) => `${row}| \`${name}\` | ${description} (schema \`${area}\`) | \`strongroom.${area}.v1\` | identity-service |\n`,
  );
  for (const method of ['ResolvePrincipal', 'WatchPrincipals'])
    edit(tree, 'docs/methods.md', new RegExp(`^\\| ${method} +\\| [a-z-]+(?:, [a-z-]+)*`, 'm'), (row) => `${row}, ${name}`);
  const service = `${capitalised(area)}Service`;
  const operation = `Describe${capitalised(area)}`;
  edit(
    tree,
    'docs/methods.md',
    /^## RotationFunctionService\n/m,
    (next) => `## ${service}

Served by ${name}.

<!-- methods of strongroom.${area}.v1.${service} -->

| method | who may call | changes something | event | may be repeated |
| --- | --- | --- | --- | --- |
| ${operation} | callers | no | ${operation} of ${eventSource.split('.')[0]} | yes |

<!-- end -->

${next}`,
  );
  edit(
    tree,
    'docs/configuration.md',
    /^\| `STRONGROOM_AWS_GATEWAY_ADDRESS` /m,
    (next) => `| \`STRONGROOM_${variable}_ADDRESS\` | – | ${name} |\n${next}`,
  );
  edit(
    tree,
    'docs/containers.md',
    /^\| `STRONGROOM_AWS_GATEWAY_PORTS` .*\n/m,
    (row) => `${row}| \`STRONGROOM_${variable}_PORTS\` | ${ports} | ports of ${name} |\n`,
  );
}

import { randomPassword } from '@strongroom/local-cluster';
import type { Api } from '../api';
import { text } from '../system';
import type { RotationKind } from './boundaries';
import type { Boundary } from './gates';
import type { TargetServer } from './target-server';

/** The secret of a superuser, which rotation-worker may read. Its address is that of the secrets that it serves. */
export const createMaster = async (api: Api, target: TargetServer, name: string, port: number): Promise<string> => {
  const { user, password, host } = target.at;
  const value = { engine: target.engine, host, port, username: user, password };
  const { arn } = await api.secrets.createSecret({ name, value: text(JSON.stringify(value)) });
  const resourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'rotation-worker.strongroom.internal' },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
    ],
  });
  await api.secrets.putResourcePolicy({ secretId: arn, resourcePolicy });
  return arn;
};

/** Statements that make a user as an application has one, and for `once more` its alternate from an earlier rotation. */
export const userStatements = ({ engine, users }: RotationKind, name: string, password: string): string[] => {
  const clone = users === 'alternating, once more' ? [`${name}_clone`] : [];
  if (engine === 'mariadb') {
    return [name, ...clone].flatMap((user) => [
      `CREATE USER ${user}@'%' IDENTIFIED BY '${user === name ? password : randomPassword()}'`,
      `GRANT SELECT ON app.* TO ${user}@'%'`,
    ]);
  }
  return [
    `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`,
    ...clone.flatMap((user) => [
      `CREATE ROLE ${user} LOGIN PASSWORD '${randomPassword()}'`,
      `GRANT ${name} TO ${user}`,
      `ALTER ROLE ${user} SET role = '${name}'`,
    ]),
  ];
};

/** A secret that is rotated once and interrupted at one boundary. */
export interface RotatingSecret {
  name: string;
  kind: RotationKind;
  boundary: Boundary;
  target: TargetServer;
  /** The version that is to become AWSCURRENT; empty until the rotation is asked for. */
  versionId: string;
}

export type Labels = Readonly<Record<string, string | undefined>>;

/** The ids of the versions by their labels. */
export const labelsOf = async (api: Api, secretId: string): Promise<Labels> => {
  const { versionIdsToStages } = await api.secrets.describeSecret({ secretId }, { timeoutMs: 2_000 });
  return Object.fromEntries(Object.entries(versionIdsToStages).flatMap(([id, { stages }]) => stages.map((stage) => [stage, id])));
};

export const isRotated = (labels: Labels, { versionId }: RotatingSecret): boolean =>
  labels['AWSCURRENT'] === versionId && labels['AWSPENDING'] === undefined;

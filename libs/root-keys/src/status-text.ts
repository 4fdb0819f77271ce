import type { ServiceStatus } from './operator';
import { shortened } from './unattended';

/** What `root-key status` prints. */
export function describeStatus({ state, rootKeys, providers, progress }: ServiceStatus): string {
  const lines = [
    `${state}`,
    '',
    'root keys',
    ...rootKeys.map(({ fingerprint, state: itsState, currentFrom, retiredAt }) =>
      columns([fingerprint, itsState, currentFrom && `from ${currentFrom}`, retiredAt && `to ${retiredAt}`]),
    ),
    '',
    'providers',
    ...providers.map((provider) =>
      columns([
        provider.name.padEnd(20),
        provider.kind.padEnd(11),
        shortened(provider.recipient),
        `used ${provider.usedAt ?? 'never'}`,
        `drilled ${provider.drilledAt ?? 'never'}`,
        provider.set,
        provider.shares && `${provider.shares.have} of ${provider.shares.need} shares`,
        provider.reason && `does not open: ${provider.reason}`,
      ]),
    ),
  ];
  if (progress && progress.state !== 'none') {
    const left = Object.entries(progress.left).map(([table, count]) => `${count} rows of ${table}`);
    lines.push(
      '',
      progress.state === 'pending'
        ? 'rotation: the new root key is not in use yet'
        : `rotation: to be sealed anew: ${left.join(', ')}`,
    );
    if (progress.failed > 0) lines.push(`${progress.failed} rows do not open, and keep the old root key from retiring`);
  }
  return lines.join('\n');
}

const columns = (parts: readonly (string | undefined)[]): string => `  ${parts.filter(Boolean).join('  ')}`;

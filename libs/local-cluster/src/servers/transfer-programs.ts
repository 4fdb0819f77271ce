import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, randomPassword, readOrCreatePrivateFile, writePrivateFile } from '../private-files';
import { findBinary } from './binaries';

/** How a node gives all its data to another one: by Galera's script for rsync, which finds our `rsync` first. */
export const TRANSFER_METHOD = 'strongroom_rsync';

const method = (script: string) => `#!/bin/sh
PATH=$(dirname "$0"):$PATH exec ${script} "$@"
`;

/** Otherwise everybody on this machine could write into the data, and a daemon that root starts runs as nobody and could not. */
const transfer = (rsync: string) => `#!/bin/sh
here=$(dirname "$0")
case " $* " in
*' --daemon '*)
  [ "$(id -u)" != 0 ] || set -- --dparam=uid=0 --dparam=gid=0 "$@"
  set -- --dparam=authusers=node "--dparam=secretsfile=$here/secrets" "$@"
  ;;
*) export USER=node LOGNAME=node "RSYNC_PASSWORD=$(cut -d: -f2 "$here/secrets")" ;;
esac
exec ${rsync} "$@"
`;

/** Provides the programs by which the nodes of one Galera cluster give each other data. Returns the path of their folder. */
export function provideTransferPrograms(directory: string): string {
  readOrCreatePrivateFile(join(directory, 'secrets'), () => `node:${randomPassword()}`);
  const programs = {
    rsync: transfer(findBinary('rsync')),
    [`wsrep_sst_${TRANSFER_METHOD}`]: method(findBinary('wsrep_sst_rsync')),
  };
  for (const [name, text] of Object.entries(programs)) {
    const file = join(makePrivateDirectory(directory), name);
    writePrivateFile(file, text);
    chmodSync(file, 0o700);
  }
  return directory;
}

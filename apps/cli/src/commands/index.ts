import type { AddCommand } from '../program';
import { addComplete } from './completion/complete.command';
import { addCompletion } from './completion/completion.command';
import { addDescribe } from './secrets/describe.command';
import { addDiff } from './secrets/diff.command';
import { addEdit } from './secrets/edit.command';
import { addGet } from './secrets/get.command';
import { addHistory } from './secrets/history.command';
import { addLabel } from './secrets/label.command';
import { addLs } from './secrets/ls.command';
import { addPolicy } from './secrets/policy.command';
import { addRestore } from './secrets/restore.command';
import { addRm } from './secrets/rm.command';
import { addSet } from './secrets/set.command';
import { addTag, addUntag } from './secrets/tag.command';
import { addLogin } from './session/login.command';
import { addLogout } from './session/logout.command';
import { addProfile } from './session/profile.command';
import { addWhoami } from './session/whoami.command';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addGet,
  addSet,
  addEdit,
  addLs,
  addDescribe,
  addHistory,
  addDiff,
  addLabel,
  addRm,
  addRestore,
  addTag,
  addUntag,
  addPolicy,
  addLogin,
  addLogout,
  addWhoami,
  addProfile,
  addCompletion,
  addComplete,
];

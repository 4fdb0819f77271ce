import type { AddCommand } from '../program';
import { addCan } from './access/can.command';
import { addWhoCan } from './access/who-can.command';
import { addAlarms } from './alarms/alarms.command';
import { addCluster } from './cluster/cluster.command';
import { addDoctor } from './cluster/doctor/doctor.command';
import { addComplete } from './completion/complete.command';
import { addCompletion } from './completion/completion.command';
import { addExport } from './export/export.command';
import { addImport } from './import/import.command';
import { addRender } from './render/render.command';
import { addFunctions } from './rotation/functions.command';
import { addRotate } from './rotation/rotate.command';
import { addRun } from './run/run.command';
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
import { addConsoleUrl } from './session/console-url.command';
import { addLogin } from './session/login.command';
import { addLogout } from './session/logout.command';
import { addProfile } from './session/profile.command';
import { addWhoami } from './session/whoami.command';
import { addTrail } from './trail/trail.command';
import { addUsage } from './usage/usage.command';
import { addDeliveries } from './notifications/deliveries.command';
import { addRules } from './notifications/rules.command';
import { addTopics } from './notifications/topics.command';
import { addWebhooks } from './notifications/webhooks.command';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addRun,
  addRender,
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
  addImport,
  addExport,
  addRotate,
  addFunctions,
  addTrail,
  addUsage,
  addRules,
  addTopics,
  addWebhooks,
  addDeliveries,
  addAlarms,
  addCan,
  addWhoCan,
  addLogin,
  addLogout,
  addWhoami,
  addProfile,
  addConsoleUrl,
  addDoctor,
  addCluster,
  addCompletion,
  addComplete,
];

import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startAuditService } from './server';

void runService({ name: 'audit-service', readConfig, start: startAuditService, tasks: { migrate } });

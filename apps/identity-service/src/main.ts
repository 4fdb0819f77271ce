import { runService } from '@strongroom/service';
import { bootstrap } from './bootstrap';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startIdentityService } from './server';

void runService({ name: 'identity-service', readConfig, start: startIdentityService, tasks: { migrate, bootstrap } });

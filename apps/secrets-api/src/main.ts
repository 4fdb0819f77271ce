import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startSecretsApi } from './server';

void runService({ name: 'secrets-api', readConfig, start: startSecretsApi, tasks: { migrate } });

import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startKeyservice } from './server';

void runService({ name: 'crypto-keyservice', readConfig, start: startKeyservice, tasks: { migrate } });

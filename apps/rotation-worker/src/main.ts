import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { migrate } from './migrate';
import { startRotationWorker } from './server';

void runService({ name: 'rotation-worker', readConfig, start: startRotationWorker, tasks: { migrate } });

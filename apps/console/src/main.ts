import { runService } from '@strongroom/service';
import { readConfig } from './config';
import { startConsole } from './server';

void runService({ name: 'console', readConfig, start: startConsole });

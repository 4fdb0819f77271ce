import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { startConsole } from './server';

void runService({ name: 'console', readConfig, start: startConsole });

import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { startAgent } from './server';
import { ping } from './tasks/ping.task';

void runService({ name: 'agent', readConfig, start: startAgent, tasks: { ping } });

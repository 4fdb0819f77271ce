import { runService } from '@strongroom/service/program';
import { readConfig } from './config';
import { startAwsGateway } from './server';

void runService({ name: 'aws-gateway', readConfig, start: startAwsGateway });

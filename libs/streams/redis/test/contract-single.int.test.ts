import { describeContract } from '@millrace/streams-contract';
import { requireService } from '@millrace/testing';
import { singleServer } from './single-server.ts';

const withRedis = requireService('redis');

withRedis('a single Redis server', () => {
  describeContract(singleServer('redis'));
});

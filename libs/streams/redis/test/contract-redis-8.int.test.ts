import { describeWrapperContract } from '@millrace/streams-contract';
import { requireService, serverOf } from '@millrace/testing';
import { singleServer } from './single-server.ts';

requireService('redis-8')('a server of Redis 8', () => {
  // What crashes do to a member is the same on every server, and shown on two others.
  describeWrapperContract(singleServer('redis 8', () => serverOf('redis-8')));
});

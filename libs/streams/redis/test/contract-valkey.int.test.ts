import { describeContract } from '@millrace/streams-contract';
import { requireService, serverOf } from '@millrace/testing';
import { singleServer } from './single-server.ts';

const withValkey = requireService('valkey');

withValkey('a Valkey server', () => {
  describeContract(singleServer('valkey', () => serverOf('valkey')));
});

import { allTopics, webserverEvents } from '@millrace/events';
import { noVariables, type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { handleRequestLogged } from './handlers/webserver-events.ts';

/** Makes page views of access-log lines; a line that is none goes to the dead letters. */
export const webserver: Service<object> = service({
  name: 'webserver',
  port: 4008,
  variables: noVariables,
  topics: allTopics,
  define: () => ({
    groups: [
      {
        group: 'webserver',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(webserverEvents, handleRequestLogged)],
        dedupe: { window: { count: 100_000 } },
      },
    ],
  }),
});

import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Environment, runService, type Service, service } from '@millrace/service';
import { streamsUrlProblem } from '@millrace/streams';
import { type DashboardConfig, dashboardVariables } from './config.ts';
import { guideBackends } from './guide/guide-backends.ts';
import { addGuideRoutes } from './guide/routes.ts';
import { broadcast } from './live/broadcast.ts';
import { EventHub } from './live/event-hub.ts';
import { FlowCounter } from './live/flow.ts';
import { addGroupRoutes } from './routes/groups.ts';
import { guard } from './routes/guard.ts';
import { addEventRoute } from './routes/live.ts';
import { addPageRoutes } from './routes/page.ts';
import { addTopicRoutes } from './routes/topics.ts';
import { openTools, traceUrlOf } from './tools.ts';
import { prepareTables } from './watch/tables.ts';
import { Watcher } from './watch/watcher.ts';

const consoleUsage = `npm run console -- <STREAMS_URL> [--write] [--port 4010]

Opens topics and groups of a Redis, a Kafka or an embedded log, whoever wrote them. It changes nothing without --write.`;

/** Runs the console that the arguments ask for until it is stopped; says what is wrong with them (exit 2). */
export async function openConsole(argv: readonly string[], environment: Environment): Promise<void> {
  const own = consoleEnvironment(argv, environment);
  if (typeof own !== 'string') {
    await runService(streamsConsole, own);
    return;
  }
  console.error(own);
  process.exitCode = 2;
}

/** The environment of the console that the arguments ask for, or what is wrong with them. */
export function consoleEnvironment(argv: readonly string[], environment: Environment): Environment | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        write: { type: 'boolean', default: false },
        port: { type: 'string', default: '4010' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const [url, ...rest] = positionals;
    if (values.help || url === undefined || rest.length > 0) return consoleUsage;
    const problem = streamsUrlProblem(url);
    if (problem !== undefined) return `The URL ${problem}\n\n${consoleUsage}`;
    return {
      ...environment,
      STREAMS_URL: url,
      PORT: values.port,
      DASHBOARD_WRITE: values.write ? 'on' : 'off',
      LOG_LEVEL: environment['LOG_LEVEL'] ?? 'warn',
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${consoleUsage}`;
  }
}

/** Topics and groups of streams that this project never wrote to: it creates nothing and joins no group. */
export const streamsConsole: Service<DashboardConfig> = service({
  name: 'console',
  port: 4010,
  variables: dashboardVariables,
  topics: [],
  define: async ({ config, streams, log, stopping, resources }) => {
    const file = `console-${createHash('sha256').update(config.STREAMS_URL).digest('hex').slice(0, 12)}`;
    const { sql, history, masks, changes, writer } = await openTools({
      config,
      streams,
      log,
      resources,
      file,
    });
    const hub = new EventHub();
    const watcher = new Watcher(streams);
    const flow = new FlowCounter();
    return {
      measuredGroups: () => Promise.resolve([]),
      onStart: () => prepareTables(sql),
      background: [
        (signal) =>
          broadcast(
            {
              streams,
              watcher,
              flow,
              hub,
              history,
              log,
              writable: changes.writable,
              shop: undefined,
            },
            signal,
          ),
      ],
      routes: async (server) => {
        guard(server, config.DASHBOARD_TOKEN);
        addEventRoute(server, hub);
        addTopicRoutes(server, { streams, masks, history, stopping, traceUrl: traceUrlOf(config) });
        addGroupRoutes(server, { streams, sql, masks, writer, history, changes });
        addGuideRoutes(server, {
          backends: guideBackends(config.STREAMS_URL, config.GUIDE_BACKENDS),
          writable: config.DASHBOARD_WRITE,
          stopping,
        });
        await addPageRoutes(server);
      },
      onReady: (url) => console.log(`Millrace console: ${url}`),
    };
  },
});

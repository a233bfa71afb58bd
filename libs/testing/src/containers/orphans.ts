import { hostname } from 'node:os';
import { getContainerRuntimeClient } from 'testcontainers';

/**
 * Removes the containers of test processes that ended without removing them. Ryuk does that where its image can be had;
 * where it is off, the next test that starts a container does, and `.ci/run` at its end.
 */
export async function removeOrphans(): Promise<void> {
  done ??= remove();
  await done;
}

let done: Promise<void> | undefined;

async function remove(): Promise<void> {
  const { container } = await getContainerRuntimeClient();
  const found = await container.list();
  const orphans = found.filter(({ Labels }) => isOrphan(Labels['org.millrace.owner']));
  await Promise.all(
    orphans.map(({ Id }) =>
      container
        .getById(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  );
}

function isOrphan(owner: string | undefined): boolean {
  const [host, processId] = owner?.split('/') ?? [];
  return host === hostname() && processId !== undefined && !isAlive(Number(processId));
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

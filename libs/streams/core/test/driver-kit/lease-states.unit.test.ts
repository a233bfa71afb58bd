import { describe, expect, it } from 'vitest';
import { LeaseStates } from '../../src/driver-kit/lease-states.ts';

function lease(): { readonly states: LeaseStates; readonly gone: () => number } {
  let gone = 0;
  const states = new LeaseStates({ group: 'payment', partition: 3, epoch: 7 }, () => gone++);
  return { states, gone: () => gone };
}

describe('the states of a lease', () => {
  it('go from held to revoked to released, each told once', async () => {
    const { states, gone } = lease();
    expect(states.state).toBe('held');
    expect([states.revoke(), states.revoke()]).toEqual([true, false]);
    expect(states.revoked.reason).toMatchObject({
      code: 'FENCED',
      message: expect.stringContaining('goes to'),
    });
    states.assertHeld();
    let releases = 0;
    const release = (): Promise<void> => states.release(async () => void releases++);
    await Promise.all([release(), release()]);
    expect([states.state, states.gone, releases, gone()]).toEqual(['released', true, 1, 1]);
    expect(states.lost.aborted).toBe(true);
    expect(states.lose()).toBe(false);
  });

  it('let no commit begin while it is being released', async () => {
    const { states } = lease();
    await states.release(async () => {
      expect(states.state).toBe('releasing');
      expect(() => states.assertHeld()).toThrow('epoch 7');
      expect(states.lost.aborted).toBe(false);
    });
  });

  it('end as lost when it is lost while it is being released, or the release fails', async () => {
    const { states } = lease();
    await states.release(async () => void states.lose());
    expect(states.state).toBe('lost');
    const failing = lease();
    await expect(failing.states.release(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect([failing.states.gone, failing.gone()]).toEqual([true, 1]);
  });

  it('give nothing back once it is lost', async () => {
    const { states, gone } = lease();
    states.lose();
    await states.release(() => Promise.reject(new Error('nothing to release')));
    expect([states.state, gone()]).toEqual(['lost', 1]);
    expect(() => states.assertHeld()).toThrowError(expect.objectContaining({ code: 'FENCED' }));
  });
});

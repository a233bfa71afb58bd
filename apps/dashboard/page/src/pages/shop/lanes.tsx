import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Live } from '../../live/use-live.ts';
import { topicColour } from '../../ui/format.tsx';
import { type Dot, Dots } from './dots.ts';

const laneHeight = 9;
const mostLanes = 24;

/** A lane for each partition, and the messages that went through it, moving from left to right. */
export function Lanes({ topic, partitions, live }: { topic: string; partitions: number; live: Live }): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dots = useRef<Dots | null>(null);
  const lanes = Math.min(partitions, mostLanes);
  dots.current ??= new Dots();
  useEffect(() => {
    const flow = live.flow?.topics.find((each) => each.topic === topic);
    if (flow && live.flow) dots.current?.add(flow, live.flow.overMs, performance.now());
  }, [live.flow]);
  useEffect(() => {
    const element = canvas.current;
    const moving = dots.current;
    if (!element || !moving) return () => undefined;
    return moving.animate((now) => draw(element, lanes, moving.at(now)));
  }, [lanes]);
  return (
    <canvas
      ref={canvas}
      class="lanes-canvas"
      role="img"
      aria-label={`Messages of ${topic} on their way`}
      style={{ '--of': topicColour(topic), height: `${lanes * laneHeight}px` }}
    />
  );
}

function draw(element: HTMLCanvasElement, lanes: number, dots: readonly Dot[]): void {
  const context = element.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio || 1;
  const [width, height] = [element.clientWidth, lanes * laneHeight];
  if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
  if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const styles = getComputedStyle(element);
  context.fillStyle = styles.getPropertyValue('--sunken');
  for (let lane = 0; lane < lanes; lane++) context.fillRect(0, lane * laneHeight + 1, width, laneHeight - 2);
  context.fillStyle = styles.getPropertyValue('--of');
  for (const { lane, share, weight } of dots) {
    const radius = Math.min(2.4 + Math.log10(weight), laneHeight / 2 - 0.5);
    context.beginPath();
    context.arc(
      share * (width + 8) - 4,
      (lane % lanes) * laneHeight + laneHeight / 2,
      radius,
      0,
      Math.PI * 2,
    );
    context.fill();
  }
}

import type { A } from './a';

// interface Not {
export type Handler<T> = { (value: T): void; name: string };
type Pair = { left: number; right: { deep: string } };

export interface Shape<T extends { id: number } = { id: 1 }> extends Base<T> {
  readonly size: number;
  area(scale?: number): number;
  onChange: (event: { target: T }) => void;
}

export abstract class Square<T extends Shape> implements Shape<T>, Other {
  private static cache: Map<string, { hits: number }> = new Map();
  constructor(private readonly side: number, public options: { deep?: boolean } = {}) {
    super();
  }
  @Input() name = '{';
  abstract draw(): void;
  @HostListener('click', ['$event'])
  protected async onClick<K extends keyof T>(event: Event, key: K): Promise<{ ok: boolean }> {
    const { a, b }: { a: number; b: number } = await load<{ a: number; b: number }>(key);
    return { ok: a > b };
  }
  get area(): number { return this.side ** 2; }
}

export function overloaded(x: string): string;
export function overloaded(x: number): number;
export function overloaded(x: any): any {
  return x;
}

export const typed: (a: number) => Promise<void> = async (a) => {
  if (a < 1) { return; }
};
const generic = <T, U extends { id: T }>(value: U): T => {
  return value.id;
};
export const pick = <T,>(value: T) => value;
const guard = (value: unknown): value is string => typeof value === 'string';

export enum Mode { Fast = '{', Slow = '}' }
declare module 'plugin' {
  export function extend(name: string): void;
}
export namespace Deep {
  export const inner = (x: number): number => { return x; };
}
const settings = { nested: { fn(a: string): void { use(a); } } } as const;

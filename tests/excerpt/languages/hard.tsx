import React from 'react';

interface Props<T> {
  items: T[];
  render: (item: T) => JSX.Element;
}

export const List = <T extends object>({ items, render }: Props<T>): JSX.Element => {
  const [open, setOpen] = useState<{ a: boolean }>({ a: false });
  const toggle = useCallback(() => { setOpen({ a: !open.a }); }, [open]);
  return (
    <ul onClick={() => { toggle(); }} style={{ color: 'red' }}>
      {items.map((item) => <li key={String(item)}>{render(item)}</li>)}
    </ul>
  );
};

export default function App(): JSX.Element {
  const load = async () => {
    await fetch('/');
  };
  return <List items={[]} render={() => <b>{'{'}</b>} />;
}

export class Boundary extends React.Component<{ name: string }, { failed: boolean }> {
  state = { failed: false };
  componentDidCatch(error: Error) {
    this.setState({ failed: true });
  }
  render() {
    return this.state.failed ? <p>no</p> : <>{this.props.children}</>;
  }
}

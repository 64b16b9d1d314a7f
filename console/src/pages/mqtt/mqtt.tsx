export function Mqtt() {
  return (
    <div class="page">
      <h1>Mqtt</h1>
    </div>
  );
}

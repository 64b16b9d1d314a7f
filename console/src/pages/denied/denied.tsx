export function Denied() {
  return (
    <div class="page">
      <h1>Denied</h1>
    </div>
  );
}

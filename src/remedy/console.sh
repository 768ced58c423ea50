# The end of a fix that is made by hand on a console: whoever sits there says whether the login works (engine.sh comes first).
[ -e "$dir/applied" ] || exit 1
printf '\nLog in from elsewhere now. Does it work? Type yes within %s s; anything else takes the fix back: ' "$within"
read -r answer </dev/tty
if [ "$answer" = yes ] && mv -- "$dir/armed" "$dir/confirmed" 2>/dev/null; then
  tidy
  sums
  logger -t sshwhy -p auth.notice -- "fix $id was confirmed on the console" 2>/dev/null
  printf 'Confirmed. To take it back later: sh %s/restore.sh "by hand" undo\n' "$dir"
else
  sh "$dir/restore.sh" 'nobody said yes on the console'
fi

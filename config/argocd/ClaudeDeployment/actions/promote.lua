if obj.status ~= nil and obj.status.canary ~= nil then
  if obj.metadata.annotations == nil then
    obj.metadata.annotations = {}
  end
  obj.metadata.annotations["claudeops.dev/promote"] = obj.status.canary.revision
end
return obj

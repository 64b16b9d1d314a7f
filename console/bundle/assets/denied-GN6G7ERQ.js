import{g as e}from"./chunk-RLH3V6A7.js";function d(){return e("div",{class:"page",children:e("h1",{children:"Denied"})})}export{d as Denied};
